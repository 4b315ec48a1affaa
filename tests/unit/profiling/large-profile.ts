/**
 * A profile of 60 s at 0.5 ms of a server with deep stacks: 120,000 samples of 30,000 nodes. A few
 * thousand nodes are sampled often.
 */
export function largeProfile() {
  const DEPTH = 30;
  const paths = 1_000;
  const frame = (i: number, depth: number) => ({
    functionName: `function${(i * 7 + depth) % 900}`,
    scriptId: "1",
    url: `file:///srv/shop/${depth < 10 ? "node_modules/express/lib" : "app"}/module${(i + depth) % 60}.js?t=1`,
    lineNumber: (i * 31 + depth) % 500,
    columnNumber: depth,
  });
  const nodes = [
    {
      id: 1,
      callFrame: { functionName: "(root)", scriptId: "0", url: "", lineNumber: -1, columnNumber: -1 },
      hitCount: 0,
      children: Array.from({ length: paths }, (_, path) => 2 + path * DEPTH),
    },
    ...Array.from({ length: paths * DEPTH }, (_, i) => ({
      id: i + 2,
      callFrame: frame(Math.floor(i / DEPTH), i % DEPTH),
      hitCount: 4,
      children: i % DEPTH === DEPTH - 1 ? [] : [i + 3],
    })),
  ];
  const samples = Array.from({ length: 120_000 }, (_, i) => 2 + ((i * 7_919) % (paths * DEPTH)));
  const timeDeltas = samples.map((_, i) => (i === 0 ? 12_000 : 500));
  return { nodes, samples, timeDeltas, startTime: 0, endTime: 12_000 + 120_000 * 500 };
}
