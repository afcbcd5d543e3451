/** What only Node has: files, worker threads, the store on disk. */
export { loadPanel, loadStudy, type LoadedStudy, writeOutputs } from "./files.js";
export { createThreadPool } from "./pool.js";
export { keepInFiles, readScores } from "./scores.js";
export { createFolderStore } from "./store.js";
