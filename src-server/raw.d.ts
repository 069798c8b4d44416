/** A file's text, put into the bundle as it stands. */
declare module '*.css?raw' {
  const text: string
  export default text
}

/** A module with all it imports, as one text for a worker thread. */
declare module '*?code' {
  const text: string
  export default text
}
