// SPDX-License-Identifier: MIT
// Runs pieces of Python under 32-bit MicroPython and tells the heap in use after each of them.
//
//     node host_tools/bench/wasm.mjs flash IMAGE PROGRAMS PIECES      the firmware in a ROMFS image
//     node host_tools/bench/wasm.mjs files FOLDER PROGRAMS PIECES     loaded from .mpy files
//
// PROGRAMS: a ROMFS image of programs/; PIECES: a JSON list. Prints a JSON list of
// {"lines": what was printed, "used": bytes}.

import fs from "node:fs";
import path from "node:path";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";

const HEAP = 4 << 20;       // roomy: only differences are counted

const [mode, source, programs, pieces] = process.argv.slice(2);
let lines = [];
const micropython = await loadMicroPython({ heapsize: HEAP, linebuffer: true, stdout: (line) => lines.push(line) });

function copyFolder(from, to) {
    micropython.FS.mkdir(to);
    for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
        const [inner, outer] = [path.join(from, entry.name), to + "/" + entry.name];
        if (entry.isDirectory()) copyFolder(inner, outer);
        else micropython.FS.writeFile(outer, fs.readFileSync(inner));
    }
}

function mount(image, folder) {
    micropython.FS.writeFile("/image", fs.readFileSync(image));
    micropython.runPython(`
import vfs
vfs.mount(vfs.VfsRom(open("/image", "rb").read()), "${folder}")
`);
}

/** Bytes in use. This port collects only when no Python is running: between two calls. */
function used() {
    micropython.runPython("import gc; gc.collect()");
    micropython.runPython("print(gc.mem_alloc())");
    return Number(lines.pop());
}

try {
    if (mode === "flash") mount(source, "/code");
    else copyFolder(source, "/code");
    mount(programs, "/bench");
    // The interpreter's own modules are built in on a chip, and one of them is Python here: nobody is to pay.
    micropython.runPython("import array, binascii, errno, gc, hashlib, json, micropython, os, re, struct, sys");
    micropython.runPython(`sys.path[:] = ["/code", ".frozen", "/bench"]`);
    const told = [];
    for (const piece of JSON.parse(pieces)) {
        lines = [];
        micropython.runPython(piece);
        told.push({ lines, used: used() });
    }
    console.log(JSON.stringify(told));
} catch (fault) {
    console.error(fault.message);
    process.exit(1);
}
