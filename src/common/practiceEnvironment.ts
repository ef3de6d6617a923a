/**
 * What the practice cluster's process is started with beside its starter's own environment. Inside desktop VS Code this
 * program is Electron: it has to behave as Node. With one arena the C library gives back what ended engines had: a
 * quarter less memory.
 */
export const practiceEnvironment = { ELECTRON_RUN_AS_NODE: "1", MALLOC_ARENA_MAX: "1" } as const;
