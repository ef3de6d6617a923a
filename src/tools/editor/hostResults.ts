/** Where a host suite finds its results file's path: the environment of the editor carries it. */
export const resultsVariable = "DOJO_TEST_RESULTS";
