import { raw, type Sql, sql } from "../sql";
import { ROW } from "./encoded-batch";
import { fromRows, STORED_COLUMNS, STORED_ROUTE, STORED_VALUES } from "./upsert-measurements";

/** A moved row has three values after those of `ROW`: see `STORED_AFTER`, and the columns of these names. */
const STORED_AFTER = ROW.onlyIfStored;

/** Inserts rows of the table of earlier versions with what the summaries hold for them. */
export const insertMoved = (rows: string): Sql => sql`
  INSERT INTO measurements (${STORED_COLUMNS}, stored_after, pending, folded_value)
  SELECT ${STORED_ROUTE}, ${STORED_VALUES},
    ${raw([0, 1, 2].map((i) => `report.value->>${STORED_AFTER + i}`).join(", "))}
  ${fromRows(rows)}`;
