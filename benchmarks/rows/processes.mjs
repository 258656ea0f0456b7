export const processRows = [];
