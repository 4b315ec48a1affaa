/** The content of `build/tracker/manifest.json`; sizes in bytes. */
export type TrackerManifest = {
  /** `<hash>.js` */
  file: string;
  hash: string;
  /** Subresource integrity: `sha384-…` */
  integrity: string;
  bytes: number;
  gzipBytes: number;
  brotliBytes: number;
};

export function buildTracker(options: { root: string }): Promise<TrackerManifest>;
