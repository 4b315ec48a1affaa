import { spawnSync } from "node:child_process";
import { statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder";

/** A file system of its own, in memory and of a fixed size. */
export type SmallDisk = {
  path: string;
  /** Fills it but for so many bytes. */
  fill(left: number): void;
  /** Removes what `fill` wrote. */
  free(): void;
  remove(): void;
};

/** Root may mount; others with sudo, where it asks for no password. */
const PREFIXES = [[], ["sudo", "-n"]];

const isDone = (command: readonly string[]): boolean => {
  const [program = "", ...args] = command;
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
};

/** @returns `null` where this user can't mount one */
export function smallDisk(megabytes: number): SmallDisk | null {
  const folder = temporaryFolder();
  const options = `size=${megabytes}m,mode=0777`;
  const prefix = PREFIXES.find((one) =>
    isDone([...one, "mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.path]),
  );
  if (prefix === undefined) {
    folder.remove();
    return null;
  }
  const ballast = join(folder.path, "ballast");
  return {
    path: folder.path,
    fill: (left) => {
      writeFileSync(ballast, "");
      const { bavail, bsize } = statfsSync(folder.path);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - left)));
    },
    free: () => writeFileSync(ballast, ""),
    remove: () => {
      isDone([...prefix, "umount", "--lazy", folder.path]);
      folder.remove();
    },
  };
}
