// Octets as people say them; a kilobyte has 1000, as in the server's own words.
export function size(bytes) {
  const [unit, by] = [['byte', 1], ['kilobyte', 1e3], ['megabyte', 1e6], ['gigabyte', 1e9]].findLast(([, by]) => bytes >= by) ?? ['byte', 1];
  const digits = bytes / by < 10 && by > 1 ? 1 : 0;
  return new Intl.NumberFormat(document.documentElement.lang, { style: 'unit', unit, maximumFractionDigits: digits }).format(bytes / by);
}
