/** Something that is measured: gives what its round measured. */
export type Subject<Result> = () => Promise<Result>;

/**
 * Runs the subjects by turns, so that a busy moment of the machine meets all of them, and in changing order, so
 * that none always comes after the same other. The first `warmUp` rounds are not kept: code that has just been
 * loaded is not compiled yet.
 * @returns the results of `rounds` rounds of each
 */
export async function alternate<Results extends Record<string, unknown>>(
  rounds: number,
  subjects: { [Name in keyof Results]: Subject<Results[Name]> },
  warmUp = 1,
): Promise<{ [Name in keyof Results]: Array<Results[Name]> }> {
  const names = Object.keys(subjects) as Array<keyof Results>;
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as {
    [Name in keyof Results]: Array<Results[Name]>;
  };
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const result = await subjects[name]();
      if (round >= 0) results[name].push(result);
    }
  }
  return results;
}
