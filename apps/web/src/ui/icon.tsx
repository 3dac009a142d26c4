/** Line icons on a grid of 24, drawn for this app. They say nothing to a screen reader: the control around them has the name. */
const PATHS = {
  back: "M15 5l-7 7 7 7",
  check: "M5 12.5l4.5 4.5L19 7.5",
  close: "M6 6l12 12M18 6L6 18",
  cloudOff: "M4 4l16 16M8.5 8.2A5 5 0 0 0 7 17.5h10M18.6 16.6A4 4 0 0 0 17 9.6 6 6 0 0 0 11.5 6.6",
  copy: "M9 9h10.5v11.5H9zM5.500 15.5h-1v-12H14v2.500",
  device: "M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3zM11 18h2",
  document:
    "M7 3h7l5 5v11.5a1.5 1.5 0 0 1-1.5 1.5h-10A1.5 1.5 0 0 1 6 19.5V4.5A1.5 1.5 0 0 1 7.5 3zM14 3v5h5M9 13h6M9 16.5h4",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  help: "M9.2 9.2a2.9 2.9 0 1 1 4.1 2.650c-.9.45-1.3 1-1.3 2.150M12 17.5v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  history: "M12 7.5v5l3.2 1.9M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  keyboard: "M3.5 6.5h17v11h-17zM7 10v.01M10.3 10v.01M13.7 10v.01M17 10v.01M7 13.8v.01M17 13.8v.01M10 13.8h4",
  link: "M10 14a4 4 0 0 0 5.7.3l3-3a4 4 0 0 0-5.6-5.7l-1.3 1.2M14 10a4 4 0 0 0-5.7-.3l-3 3a4 4 0 0 0 5.6 5.7l1.3-1.2",
  more: "M5.5 12.5a.5.5 0 1 1 0-1 .5.5 0 0 1 0 1zM12 12.5a.5.5 0 1 1 0-1 .5.5 0 0 1 0 1zM18.5 12.5a.5.5 0 1 1 0-1 .5.5 0 0 1 0 1z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
  moon: "M20 13.5A8 8 0 1 1 10.5 4a6.5 6.5 0 0 0 9.5 9.5z",
  plus: "M12 5v14M5 12h14",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20",
  share: "M12 15V4M8 7.5L12 3.5l4 4M6 11.5H5v9h14v-9h-1",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  system: "M4 5h16v11H4zM9 20h6M12 16v4",
  trash: "M5 7h14M10 4h4M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5",
  upload: "M12 15V4M7 8.5l5-5 5 5M5 20h14",
  warning: "M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.01",
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
