/** A symmetric matrix without its zeros: for each row, the columns and their values. */
export type SparseMatrix = readonly ReadonlyMap<number, number>[];

interface Neighbour {
  readonly at: number;
  readonly similarity: number;
}

/**
 * Clusters things by average linkage: joins the two clusters whose members are the most similar on average, until none
 * are similar enough. Unlike a chain of similar pairs, it cannot join many things of which most are not alike; unlike
 * complete linkage, it does not split a cluster for one pair that is just too dissimilar.
 *
 * @param similarities from 0 to 1; a pair without a value has none
 * @param least the least average similarity of two clusters that are joined
 * @returns the clusters, each in ascending order, including those of one thing
 */
export function averageLinkage(similarities: SparseMatrix, least: number): number[][] {
  const sums = similarities.map((row) => new Map(row));
  const clusters: (number[] | undefined)[] = similarities.map((_, index) => [index]);
  const nearest = sums.map((_, index) => nearestOf(index));

  function average(one: number, other: number): number {
    return sums[one]!.get(other)! / (clusters[one]!.length * clusters[other]!.length);
  }

  function nearestOf(one: number): Neighbour | undefined {
    let best: Neighbour | undefined;
    for (const other of sums[one]!.keys()) {
      const similarity = average(one, other);
      if (best === undefined || similarity > best.similarity) best = { at: other, similarity };
    }
    return best;
  }

  for (;;) {
    let kept = -1;
    for (const [index, neighbour] of nearest.entries()) {
      if (neighbour !== undefined && neighbour.similarity > (nearest[kept]?.similarity ?? 0)) kept = index;
    }
    const found = nearest[kept];
    if (found === undefined || found.similarity < least) break;
    const joined = found.at;
    for (const [other, sum] of sums[joined]!) {
      sums[other]!.delete(joined);
      if (other === kept) continue;
      const both = (sums[kept]!.get(other) ?? 0) + sum;
      sums[kept]!.set(other, both);
      sums[other]!.set(kept, both);
    }
    sums[joined]!.clear();
    clusters[kept]!.push(...clusters[joined]!);
    clusters[joined] = undefined;
    nearest[joined] = undefined;
    nearest[kept] = nearestOf(kept);
    for (const other of sums[kept]!.keys()) {
      const { at } = nearest[other]!;
      // The average of a joined cluster is at most the larger of the two: only those that had one of them lose it.
      if (at === kept || at === joined) nearest[other] = nearestOf(other);
    }
  }
  return clusters.filter((cluster) => cluster !== undefined).map((cluster) => cluster.sort((a, b) => a - b));
}
