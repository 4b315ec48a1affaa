import pg from "pg";
import { MoveError } from "../move/move-error";
import { DISTRIBUTED, IS_DISTRIBUTED } from "./citus";
import { hasCitus, prepareServer, serverOf } from "./prepare.server";

/** Tables that were distributed now, those that were before, and over how many nodes. */
export type Distribution = { distributed: string[]; before: string[]; nodes: number };

/** Of a table for each node that has any, unless `citus.shard_count` says another number. */
const SHARDS_OF_NODE = 4;

/**
 * How many shards a table gets. A connection of the coordinator keeps one to each node by default, and opens the others that
 * a statement needs, one for a shard, each time. With Citus's own 32, they cost more than the statement.
 */
const SELECT_SHARDS = `SELECT nodes::integer AS nodes,
    (CASE source WHEN 'default' THEN ${SHARDS_OF_NODE} * nodes ELSE setting::bigint END)::integer AS shards
  FROM pg_settings, (SELECT greatest(1, count(*)) AS nodes FROM pg_dist_node
    WHERE noderole = 'primary' AND isactive AND shouldhaveshards) AS known
  WHERE name = 'citus.shard_count'`;

/**
 * Distributes the large tables of a database over the nodes of Citus, with the rows that they have. A run that was stopped
 * is continued by the next.
 * @throws EnvironmentError when the database can't be used
 * @throws MoveError where it does not have the extension
 */
export async function distributeTables(
  url: string,
  onTable: (table: string) => void = () => {},
): Promise<Distribution> {
  const server = serverOf(url);
  await prepareServer(server);
  const client = new pg.Client({ connectionString: server.connectionString });
  client.on("error", () => {});
  await client.connect();
  try {
    if (!(await hasCitus(client))) {
      throw new MoveError(
        `The database "${server.database}" at ${server.host}:${server.port} does not have the extension citus: run CREATE EXTENSION citus in it, and add its nodes (docs/postgresql.md). Nothing was changed.`,
      );
    }
    const [cluster] = (await client.query<{ nodes: number; shards: number }>(SELECT_SHARDS)).rows;
    const result: Distribution = { distributed: [], before: [], nodes: cluster?.nodes ?? 1 };
    for (const { table, column, with: colocated } of DISTRIBUTED) {
      const known = await client.query(IS_DISTRIBUTED, [table]);
      if (known.rowCount === 0) {
        onTable(table);
        // Functions that return void: the driver gets a text.
        await client.query(
          "SELECT create_distributed_table($1::regclass, $2, colocate_with => $3, shard_count => $4)::text",
          // A colocated table has the shards of the other one.
          [table, column, colocated, colocated === "none" ? cluster?.shards : null],
        );
        result.distributed.push(table);
      } else result.before.push(table);
      // The rows were copied to the nodes; what is left on the coordinator is never read, and takes its space.
      await client.query("SELECT truncate_local_data_after_distributing_table($1::regclass)::text", [table]);
    }
    return result;
  } finally {
    await client.end();
  }
}
