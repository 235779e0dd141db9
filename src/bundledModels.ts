/** The folders in `models/`, the first one for attention. Named because a web host cannot list a folder of the extension. */
export const bundledModels = ['bert'] as const;
