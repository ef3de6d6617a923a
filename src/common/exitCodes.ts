/** The practice cluster's process ends with it when another process keeps its state in the same folder. */
export const folderInUseExitCode = 75;
