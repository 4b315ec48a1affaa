/**
 * The quantile function of the standard normal distribution (the probit), to about 7 digits: algorithm AS 241, PPND7
 * (Wichura, "The percentage points of the normal distribution", Applied Statistics 1988).
 * @param p a share, 0 to 1, neither included
 * @throws RangeError outside of them
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`${p} is not a share between 0 and 1.`);
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    const numerator = ((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179;
    const denominator = ((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1;
    return (q * numerator) / denominator;
  }
  const tail = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  return Math.sign(q) * (tail <= 5 ? near(tail - 1.6) : far(tail - 5));
}

const near = (r: number): number =>
  (((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777) /
  ((0.120211329751 * r + 0.7370016425) * r + 1);

const far = (r: number): number =>
  (((0.017337203997 * r + 0.42868294337) * r + 3.081226386) * r + 6.657905115) /
  ((0.012258202635 * r + 0.24197894225) * r + 1);
