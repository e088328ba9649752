declare module "*.wgsl" {
  const code: string;
  export default code;
}

declare module "*.txt" {
  const text: string;
  export default text;
}
