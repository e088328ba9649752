// The package's main file is CommonJS under `"type": "module"`, which Node cannot load; its other file is a real module.
declare module "wgsl_reflect/wgsl_reflect.module.js" {
  export * from "wgsl_reflect";
}
