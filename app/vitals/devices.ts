/** Device classes as stored. A bot is a class of its own, whatever it pretends to be. */
export const DEVICES = ["mobile", "tablet", "desktop", "bot"] as const;

export type Device = (typeof DEVICES)[number];

export const isDevice = (value: unknown): value is Device => DEVICES.includes(value as Device);
