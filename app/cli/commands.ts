import type { CommandEntry } from "./command";

/** The subcommands. Each is an npm script of the same name. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  import: {
    summary: "store measurements from a file or standard input",
    load: async () => (await import("./import-command.server")).importCommand,
  },
  export: {
    summary: "write the stored measurements",
    load: async () => (await import("./export-command.server")).exportCommand,
  },
  backup: {
    summary: "copy the live database to a file, checked",
    load: async () => (await import("./backup-command.server")).backupCommand,
  },
  restore: {
    summary: "replace the database by a backup",
    load: async () => (await import("./restore-command.server")).restoreCommand,
  },
  "sessions:end": {
    summary: "end all sessions, such as those that a restored PostgreSQL database has",
    load: async () => (await import("./sessions-end-command.server")).sessionsEndCommand,
  },
  "retention:confirm": {
    summary: "confirm that the server's clock is right, where retention waits for it",
    load: async () => (await import("./retention-confirm-command.server")).retentionConfirmCommand,
  },
  "db:stats": {
    summary: "print rows, bytes and days of each table, and what the settings lead to",
    load: async () => (await import("./db-stats/db-stats-command.server")).dbStatsCommand,
  },
  "migrate-store": {
    summary: "move a SQLite file to PostgreSQL",
    load: async () => (await import("./migrate-store-command.server")).migrateStoreCommand,
  },
  "db:distribute": {
    summary: "distribute the tables of a PostgreSQL database over the nodes of Citus",
    load: async () => (await import("./db-distribute-command.server")).dbDistributeCommand,
  },
  "db:vacuum": {
    summary: "rewrite the SQLite file without its free pages",
    load: async () => (await import("./db-vacuum-command.server")).dbVacuumCommand,
  },
  sample: {
    summary: "write realistic sample measurements, to try the cockpit with",
    load: async () => (await import("./sample/sample-command.server")).sampleCommand,
  },
  "grafana:dashboards": {
    summary: "write dashboards for Grafana, those that the cockpit links to",
    load: async () => (await import("./grafana-dashboards-command.server")).grafanaDashboardsCommand,
  },
  "grafana:check": {
    summary: "ask Tempo whether the links to traces find any",
    load: async () => (await import("./grafana-check-command.server")).grafanaCheckCommand,
  },
  demo: {
    summary: "try the cockpit on 30 days of sample measurements, in a database of its own",
    load: async () => (await import("./demo/demo-command.server")).demoCommand,
  },
};
