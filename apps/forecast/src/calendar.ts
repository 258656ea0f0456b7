/** A day of the calendar. */
export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly dayOfMonth: number;
  /** 1 is Monday, 7 is Sunday. */
  readonly dayOfWeek: number;
  /** From 0, as a part of the year. */
  readonly partOfYear: number;
}

/** The day so many days after 1 January 1969, with which the series begins. */
export function dayAt(index: number): Day {
  const date = new Date(Date.UTC(1969, 0, 1 + index));
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth() + 1,
    dayOfMonth: date.getUTCDate(),
    dayOfWeek: date.getUTCDay() === 0 ? 7 : date.getUTCDay(),
    partOfYear: (date.getTime() - Date.UTC(year, 0, 1)) / (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)),
  };
}

/** Days since the series began. */
export function indexOf(year: number, month: number, dayOfMonth: number): number {
  return Math.round((Date.UTC(year, month - 1, dayOfMonth) - Date.UTC(1969, 0, 1)) / 86_400_000);
}

/** Which day of a year it is, as days since the series began; NaN where the year has none. */
type Holiday = (year: number) => number;

const on =
  (month: number, dayOfMonth: number): Holiday =>
  (year) =>
    indexOf(year, month, dayOfMonth);

/** The n-th such weekday of a month, and so many days later. */
const nth =
  (month: number, dayOfWeek: number, n: number, later = 0): Holiday =>
  (year) => {
    const first = indexOf(year, month, 1);
    return first + ((dayOfWeek - dayAt(first).dayOfWeek + 7) % 7) + 7 * (n - 1) + later;
  };

/** A day that a law moved to a Monday in 1971. */
const moved =
  (before: Holiday, since: Holiday): Holiday =>
  (year) =>
    year < 1971 ? before(year) : since(year);

/** The last Monday of May. */
const memorialDay = moved(on(5, 30), (year) => {
  const last = indexOf(year, 5, 31);
  return last - (dayAt(last).dayOfWeek - 1);
});

/** Days on which births are not planned, and their neighbors. All follow from the date alone. */
const holidays: Readonly<Record<string, Holiday>> = {
  "New Year's Day": on(1, 1),
  "2 January": on(1, 2),
  "3 January": on(1, 3),
  "Presidents' Day": moved(on(2, 22), nth(2, 1, 3)),
  "29 February": (year) => (year % 4 === 0 ? indexOf(year, 2, 29) : Number.NaN),
  "1 April": on(4, 1),
  "Memorial Day": memorialDay,
  "day after Memorial Day": (year) => memorialDay(year) + 1,
  "3 July": on(7, 3),
  "Independence Day": on(7, 4),
  "5 July": on(7, 5),
  "Labor Day": nth(9, 1, 1),
  "day after Labor Day": nth(9, 1, 1, 1),
  "Columbus Day": moved(on(10, 12), nth(10, 1, 2)),
  Halloween: on(10, 31),
  "Veterans' Day": on(11, 11),
  "day before Thanksgiving": nth(11, 4, 4, -1),
  Thanksgiving: nth(11, 4, 4),
  "day after Thanksgiving": nth(11, 4, 4, 1),
  "Saturday after Thanksgiving": nth(11, 4, 4, 2),
  "23 December": on(12, 23),
  "Christmas Eve": on(12, 24),
  "Christmas Day": on(12, 25),
  "26 December": on(12, 26),
  "27 December": on(12, 27),
  "30 December": on(12, 30),
  "31 December": on(12, 31),
};

const names = Object.keys(holidays);
const years = new Map<number, readonly number[]>();

/** The holidays of a year, in the order of their names. */
function holidaysOf(year: number): readonly number[] {
  let days = years.get(year);
  if (days === undefined) years.set(year, (days = Object.values(holidays).map((day) => day(year))));
  return days;
}

/** The names of the holidays that a day is, and of the days beside one. */
export function holidayNames(index: number): string[] {
  const days = holidaysOf(dayAt(index).year);
  return names.filter((_, i) => days[i] === index);
}

const harmonics = 3;

/** Numbers that `calendarFeatures` gives. */
export const calendarSize = 7 + 2 * harmonics + names.length + 1;

/** What is known of a day long before: its weekday, its place in the year, which holiday it is, and whether a 13th. */
export function calendarFeatures(index: number): number[] {
  const day = dayAt(index);
  const angle = 2 * Math.PI * day.partOfYear;
  const year = Array.from({ length: harmonics }, (_, k) => [Math.sin((k + 1) * angle), Math.cos((k + 1) * angle)]);
  const week = Array.from({ length: 7 }, (_, i) => (day.dayOfWeek === i + 1 ? 1 : 0));
  const holiday = holidaysOf(day.year).map((at) => (at === index ? 1 : 0));
  return [...week, ...year.flat(), ...holiday, day.dayOfMonth === 13 ? 1 : 0];
}
