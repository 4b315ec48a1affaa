/** A table of measurements with all texts in each row, and its indexes: the form that small rows are compared with. */
export const TEXT_ROWS = `
  CREATE TABLE text_rows (
    id TEXT NOT NULL PRIMARY KEY, metric TEXT NOT NULL, value REAL NOT NULL, folded_value REAL, sequence BIGINT,
    route TEXT NOT NULL, build_version TEXT NOT NULL, device TEXT NOT NULL, navigation_type TEXT,
    received_at BIGINT NOT NULL, stored_at BIGINT NOT NULL, library TEXT, attribution TEXT,
    delivery_type TEXT
  );
  CREATE INDEX text_rows_received_at_idx ON text_rows (received_at);
  CREATE INDEX text_rows_pending_idx ON text_rows (received_at)
    WHERE folded_value IS NULL OR folded_value <> value;
  CREATE INDEX text_rows_route_idx
    ON text_rows (route, metric, received_at, device, navigation_type, build_version)
    WHERE metric IN ('INP', 'LCP', 'CLS') AND folded_value IS NOT NULL;`;

/** Stores a batch: `@rows` is a JSON array of arrays of columns, `@storedAt` in ms. */
export const insertTextRows = `
  INSERT INTO text_rows (
    id, metric, value, sequence, route, build_version, device, navigation_type, received_at, stored_at, library,
    attribution, delivery_type
  )
  SELECT
    value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, @storedAt,
    value->>9, value->>10, value->>11
  FROM jsonb_each(@rows) AS report
  WHERE report.value->>12 = 0
    OR EXISTS (SELECT 1 FROM text_rows AS stored WHERE stored.id = report.value->>0)
  ON CONFLICT (id) DO UPDATE SET value = excluded.value, attribution = excluded.attribution,
    library = excluded.library, sequence = coalesce(excluded.sequence, text_rows.sequence)
  WHERE excluded.metric = text_rows.metric
    AND (excluded.sequence IS NULL OR text_rows.sequence IS NULL OR excluded.sequence >= text_rows.sequence)`;
