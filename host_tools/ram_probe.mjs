// SPDX-License-Identifier: MIT
// Imports modules one by one under 32-bit MicroPython and prints the heap that each one takes.
//
//     node host_tools/ram_probe.mjs flash IMAGE MODULE...     code in a mounted ROMFS image
//     node host_tools/ram_probe.mjs files FOLDER MODULE...    code loaded from .mpy files
//
// One line of JSON: a list of [module, bytes].

import fs from "node:fs";
import path from "node:path";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";

const HEAP = 4 << 20;       // roomy: only differences are counted

const [mode, source, ...modules] = process.argv.slice(2);
const lines = [];
const micropython = await loadMicroPython({ heapsize: HEAP, linebuffer: true, stdout: (line) => lines.push(line) });

function copyFolder(from, to) {
    micropython.FS.mkdir(to);
    for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
        const [inner, outer] = [path.join(from, entry.name), to + "/" + entry.name];
        if (entry.isDirectory()) copyFolder(inner, outer);
        else micropython.FS.writeFile(outer, fs.readFileSync(inner));
    }
}

if (mode === "flash") {
    micropython.FS.writeFile("/image", fs.readFileSync(source));
    micropython.runPython(`
import vfs
vfs.mount(vfs.VfsRom(open("/image", "rb").read()), "/code")
`);
} else {
    copyFolder(source, "/code");
}

/** Bytes in use. This port collects only when no Python is running: between two calls. */
function used() {
    micropython.runPython("gc.collect()");
    micropython.runPython("print(gc.mem_alloc())");
    return Number(lines.at(-1));
}

try {
    // The interpreter's own modules are built in on a chip: nobody is to pay for them.
    micropython.runPython("import array, errno, gc, json, micropython, os, sys");
    micropython.runPython(`sys.path[:] = ["/code", ".frozen"]`);
    const costs = [];
    for (const module of modules) {
        const before = used();
        micropython.runPython(`__import__("${module}")`);
        costs.push([module, used() - before]);
    }
    console.log(JSON.stringify(costs));
} catch (fault) {
    console.error(fault.message);
    process.exit(1);
}
