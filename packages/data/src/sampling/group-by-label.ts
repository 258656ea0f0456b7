/** The indices of each label, labels in ascending order, indices in the order given (default: ascending). */
export function groupByLabel(labels: ArrayLike<number>, order?: ArrayLike<number>): number[][] {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const index = order === undefined ? i : order[i]!;
    const group = groups.get(labels[index]!);
    if (group === undefined) groups.set(labels[index]!, [index]);
    else group.push(index);
  }
  return [...groups.keys()].sort((a, b) => a - b).map((label) => groups.get(label)!);
}
