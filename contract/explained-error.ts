/** An error in the library's own words, which repeat nothing that a service wrote where targets are secret. */
export class Explained extends Error {}
