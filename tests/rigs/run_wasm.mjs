// SPDX-License-Identifier: MIT
// Runs the portable tests under MicroPython compiled to WebAssembly: 31-bit small integers and
// 4-byte words, as on the chip. A fresh interpreter for each file.
//
//     node tests/rigs/run_wasm.mjs FILE...        paths relative to the root of the repository

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const TREES = ["firmware", "sim", "boards", "tests"];
const HEAP = 8 << 20;
const RESULT = "portable result ";

/** Copy a folder of the repository to the same place below /, without what Python made of it. */
export function copyTree(target, folder) {
    target.mkdir("/" + folder);
    for (const entry of fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true })) {
        const name = folder + "/" + entry.name;
        if (entry.isDirectory()) {
            if (entry.name !== "__pycache__") copyTree(target, name);
        } else {
            target.writeFile("/" + name, fs.readFileSync(path.join(ROOT, name)));
        }
    }
}

async function runFile(file) {
    const lines = [];
    const micropython = await loadMicroPython({ heapsize: HEAP, linebuffer: true, stdout: (line) => lines.push(line) });
    for (const folder of TREES) {
        if (fs.existsSync(path.join(ROOT, folder))) copyTree(micropython.FS, folder);
    }
    micropython.runPython(`
import os, sys
os.chdir("/")
sys.path[:] = ["/firmware", "/", ".frozen"]
from tests.rigs.portable_runner import main
`);
    try {
        micropython.runPython(`main([${JSON.stringify(file)}], "wasm32")`);
    } catch (fault) {
        lines.push(`FAILED ${file}: ${fault.message}`);
    }
    const last = lines.at(-1) ?? "";
    const result = last.startsWith(RESULT) ? JSON.parse(lines.pop().slice(RESULT.length)) : { passed: 0, failed: 1 };
    for (const line of lines) console.log(line);
    return result;
}

let passed = 0;
let failed = 0;
for (const file of process.argv.slice(2)) {
    const result = await runFile(file);
    passed += result.passed;
    failed += result.failed;
}
console.log(`${RESULT}{"passed": ${passed}, "failed": ${failed}}`);
process.exit(failed ? 1 : 0);
