import { type Logger, pino } from "pino";
import { env } from "./env.server";
import { singleton } from "./singleton.server";

export type { Logger };

/** Structured logs on standard error, one JSON object per line; standard output is for data. */
export const log = (): Logger =>
  singleton("log", () =>
    pino(
      {
        level: env().LOG_LEVEL,
        base: undefined,
        formatters: { level: (label) => ({ level: label }) },
        timestamp: pino.stdTimeFunctions.isoTime,
      },
      pino.destination({ fd: 2, sync: true }),
    ),
  );
