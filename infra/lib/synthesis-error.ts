/** Not a fault of the program: something in the project or its configuration that a person mends. */
export class SynthesisError extends Error {}
