/**
 * Small line drawings, 16 by 16, in the colour of the text beside them. All are decoration: names are in the
 * text.
 */

import type { JSX } from "preact";

const PATHS = {
  file: "M4 1.75h5.2L12.25 5v9.25H4zM9 2v3.25h3",
  folder: "M1.75 4h4l1.5 1.75h7v7H1.75z",
  chevron: "M6 4l4 4-4 4",
  play: "M5 3.2v9.6L12.6 8z",
  terminal: "M2 3.250h12v9.500H2zM4.500 6.250l2 1.750-2 1.750M8.250 10h3",
  question: "M5.9 6.2a2.1 2.1 0 1 1 3.1 1.9c-.7.400-1 .800-1 1.500M8 11.900v.1",
  mute: "M2.500 6.250v3.500h2.250L8 12.500v-9L4.750 6.250zM10.500 6.500l3 3M13.500 6.500l-3 3",
  expand: "M9.500 2.750h3.750V6.500M6.500 13.250H2.750V9.500M13 3L9.500 6.500M3 13l3.500-3.500",
  stop: "M4.5 4.5h7v7h-7z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  check: "M3.5 8.4l3 3 6-6.6",
  cross: "M4 4l8 8M12 4l-8 8",
  download: "M8 2.5v7.2M4.8 6.8L8 10l3.2-3.2M3 13h10",
  inward: "M8 2v8M4.8 6.8L8 10l3.2-3.2M2.5 10.5v3h11v-3",
  copy: "M5.5 5.5h7.25v7.75H5.5zM3.25 10.5V2.75h7",
  clock: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM8 5v3.2l2.2 1.4",
  list: "M2.75 4h10.5M2.75 8h10.5M2.75 12h6.5",
  compare: "M5 2.750v10.500M2.750 11L5 13.250 7.250 11M11 13.250V2.750M8.750 5L11 2.750 13.250 5",
  swap: "M3 5.500h9.500M10 3l2.500 2.500L10 8M13 10.500H3.500M6 8L3.500 10.500 6 13",
  archive: "M2.750 3h10.500v3H2.750zM3.750 6v7.250h8.500V6M6.500 8.750h3",
  search: "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.300 10.300l3.200 3.200",
  trash: "M3 4.5h10M6.5 4V2.75h3V4M4.5 4.5l.6 8.75h5.8l.6-8.75",
  alert: "M8 2.3l6.2 11H1.8zM8 6.4v3.2M8 11.4v.2",
  pen: "M3 13l.6-2.8 7-7L12.8 5.400l-7 7z",
  down: "M8 3v9.500M4.500 9L8 12.500 11.500 9",
  plus: "M8 3.500v9M3.500 8h9",
  same: "M3.500 6h9M3.500 10h9",
  up: "M8 13V3.500M4.500 7L8 3.500 11.500 7",
  retry: "M13 8a5 5 0 1 1-1.600-3.700M13 2.500v3h-3",
  branch: "M5 2.5v11M5 9.5c0-3 6-2 6-5.5M11 2.5a1.25 1.25 0 1 0 0 2.5 1.25 1.25 0 0 0 0-2.5",
  tag: "M2.5 2.5h5l6 6-5 5-6-6zM5.3 5.3v.1",
  equal: "M3.5 6h9M3.5 10h9",
  spark: "M8 2v3M8 11v3M2 8h3M11 8h3M4 4l1.800 1.800M10.200 10.200L12 12M12 4l-1.800 1.800M5.800 10.200L4 12",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, class: extra }: { name: IconName; class?: string }): JSX.Element {
  return (
    <svg
      class={extra ? `af-icon ${extra}` : "af-icon"}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.3"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
