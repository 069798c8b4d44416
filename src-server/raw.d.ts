/** A file's text, put into the bundle as it stands. */
declare module '*.css?raw' {
  const text: string
  export default text
}
