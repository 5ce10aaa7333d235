/** What the build of the page makes of files that are no script: the path under which they are served. */
declare module "*.wasm" {
  const path: string;
  export default path;
}
declare module "@cornerstonejs/codec-*/decodewasm" {
  const path: string;
  export default path;
}
declare module "*.jpeg" {
  const path: string;
  export default path;
}
declare module "*.css";
