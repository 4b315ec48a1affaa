/** Runs one round of a subject; returns its measurement. */
export type Subject<Result> = () => Promise<Result>;

/**
 * Alternates the rounds of the subjects, so that a busy machine affects all of them, and reverses their order each time, so
 * that none always follows the same other. Discards the first `warmUp` rounds, before the code is compiled.
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
