/** Stored device classes. A bot is `bot` whatever device it claims to be. */
export const DEVICES = ["mobile", "tablet", "desktop", "bot"] as const;

export type Device = (typeof DEVICES)[number];

export const isDevice = (value: unknown): value is Device => DEVICES.includes(value as Device);
