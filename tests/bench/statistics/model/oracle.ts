import { BLOCK_HOURS } from "../../../../app/stats/comparison/joint/observations";
import { BASELINE, CURRENT } from "../../../../app/stats/comparison/pools";
import { twoSidedP } from "../../../../app/stats/student-t";
import { MIN_RELATIVE_CHANGE, UNCHANGED_WITHIN } from "../../../../app/vitals/comparison";
import { HOURS_OF_DAY } from "../../../../app/vitals/time";
import type { SimulatedSite } from "./site";
import type { Traffic } from "./traffic";

/** By how much the views of one visitor resemble each other above the p75, where half of the variance is theirs. */
const RESEMBLANCE = 0.32;

const Z = 1.96;

type Block = { side: number; hours: Map<number, number>; samples: number };

/**
 * Half of the 95 % interval of who knows the covariance of the noise, the cycles and the bad hours of a simulated site,
 * and estimates two levels from the same blocks of the two releases: generalised least squares.
 * @param slope d ln Q / dp at the p75
 */
export function oracleHalfWidth(site: SimulatedSite, traffic: Traffic, slope: number): number {
  const { sketches, firstHour, switchHour, disturbed } = site;
  const blocks = new Map<string, Block>();
  for (const { build: side, unit, decoded } of sketches) {
    if ((side !== CURRENT && side !== BASELINE) || disturbed.has(unit)) continue;
    const number = Math.floor((firstHour + unit - switchHour) / BLOCK_HOURS);
    const block = blocks.get(`${side} ${number}`) ?? { side, hours: new Map(), samples: 0 };
    blocks.set(`${side} ${number}`, block);
    const n = decoded.samples[0] as number;
    block.hours.set(unit, (block.hours.get(unit) ?? 0) + n);
    block.samples += n;
  }
  const rows = [...blocks.values()];
  const design = 1 + (traffic.viewsPerVisitor - 1) * RESEMBLANCE;
  const first = Math.min(...rows.flatMap(({ hours }) => [...hours.keys()]));
  const dayOf = (unit: number): number => Math.floor((firstHour + unit) / HOURS_OF_DAY);
  const ofHours = (a: number, b: number): number => {
    const apart = Math.abs(a - b);
    const day =
      traffic.dayMemory === null ? Number(dayOf(a) === dayOf(b)) : Math.exp(-apart / traffic.dayMemory);
    const hour = apart === 0 ? 1 : traffic.hourKeeps ** apart;
    const walk = (traffic.walk ** 2 / HOURS_OF_DAY) * (Math.min(a, b) - first);
    return traffic.day ** 2 * day + traffic.hour ** 2 * hour + walk;
  };
  const covariance = rows.map((a) =>
    rows.map((b) => {
      let sum = a === b ? (design * slope * slope * 0.1875) / a.samples : 0;
      for (const [i, n] of a.hours) {
        for (const [j, m] of b.hours) sum += (n / a.samples) * (m / b.samples) * ofHours(i, j);
      }
      return sum;
    }),
  );
  const columns = [CURRENT, BASELINE].map((side) => rows.map((row) => Number(row.side === side)));
  const [current, baseline] = columns as [number[], number[]];
  const factor = choleskyOf(covariance);
  const [a, b] = [solved(factor, current), solved(factor, baseline)];
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  const [aa, ab, bb] = [dot(a, a), dot(a, b), dot(b, b)];
  // The variance of a difference of two coefficients, from the inverse of their 2 × 2 information.
  return Z * Math.sqrt((aa + bb + 2 * ab) / (aa * bb - ab * ab));
}

/** How likely each verdict is. */
export type OracleVerdicts = { unchanged: number; slower: number };

/**
 * How likely an oracle with such an interval gives each verdict, by the product's own rules: its estimate is normal around the
 * truth. So the rates have no chance of their own beside that of the sites.
 * @param half of its 95 % interval, on the logarithm
 * @param effect the true change, on the logarithm
 */
export function oracleVerdicts(half: number, effect: number): OracleVerdicts {
  const error = half / Z;
  const below = (estimate: number): number => 1 - partAbove((estimate - effect) / error);
  const [least, most] = [Math.log1p(-UNCHANGED_WITHIN) + half, Math.log1p(UNCHANGED_WITHIN) - half];
  return {
    unchanged: most > least ? below(most) - below(least) : 0,
    slower: 1 - below(Math.max(half, Math.log1p(MIN_RELATIVE_CHANGE))),
  };
}

/** The part of the normal distribution above z. */
const partAbove = (z: number): number => (z > 0 ? twoSidedP(z, 1e6) / 2 : 1 - twoSidedP(-z, 1e6) / 2);

function choleskyOf(matrix: readonly (readonly number[])[]): number[][] {
  const factor: number[][] = [];
  matrix.forEach((row, i) => {
    const own: number[] = [];
    for (let j = 0; j <= i; j += 1) {
      const other = j === i ? own : (factor[j] as number[]);
      let sum = row[j] as number;
      for (let k = 0; k < j; k += 1) sum -= (own[k] as number) * (other[k] as number);
      own.push(i === j ? Math.sqrt(sum) : sum / (other[j] as number));
    }
    factor.push(own);
  });
  return factor;
}

/** L⁻¹ x. */
function solved(factor: readonly (readonly number[])[], right: readonly number[]): number[] {
  const x: number[] = [];
  factor.forEach((row, i) => {
    let sum = right[i] as number;
    for (let k = 0; k < i; k += 1) sum -= (row[k] as number) * (x[k] as number);
    x.push(sum / (row[i] as number));
  });
  return x;
}
