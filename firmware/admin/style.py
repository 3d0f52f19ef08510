# SPDX-License-Identifier: MIT
"""Style: how the setup page looks, on a telephone first. Its colours go with the reader's light or dark."""

CSS = """:root {
 color-scheme: light dark;
 --paper: #f5f4ef; --sheet: #fff; --ink: #1d241b; --soft: #5a6355; --line: #8b9484;
 --seal: #2f5d3a; --on: #fff; --bad: #a4161a; --bad-sheet: #fdecec;
}
@media (prefers-color-scheme: dark) {
 :root {
  --paper: #141813; --sheet: #1f251d; --ink: #eef1ea; --soft: #b0b9a9; --line: #6d7768;
  --seal: #9ccf9f; --on: #10210f; --bad: #ffb3ad; --bad-sheet: #3b1c1b;
 }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 1rem 1rem 3rem; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; line-height: 1.2; }
.brand {
 margin: .5rem 0 0; color: var(--seal); font-weight: 700; letter-spacing: .08em; text-transform: uppercase;
}
fieldset {
 min-width: 0; margin: 1.25rem 0 0; padding: .25rem 1rem 1.25rem; background: var(--sheet);
 border: 1px solid var(--line); border-radius: .75rem;
}
legend { padding: 0 .5rem; font-weight: 700; }
label { display: block; margin-top: 1rem; font-weight: 600; }
.hint { margin: 0; color: var(--soft); font-size: .875rem; }
input, select {
 width: 100%; min-height: 3rem; margin-top: .25rem; padding: .5rem .75rem; background: var(--paper);
 color: inherit; border: 1px solid var(--line); border-radius: .5rem; font: inherit;
}
[aria-invalid] { border: 2px solid var(--bad); }
.error { margin: .25rem 0 0; color: var(--bad); font-weight: 600; }
.bad, .good {
 margin: 1rem 0 0; padding: .75rem 1rem; border-left: .375rem solid var(--bad); background: var(--bad-sheet);
}
.good { border-color: var(--seal); background: var(--sheet); }
.bad p, .bad ul { margin: 0; }
.bad ul { padding-left: 1.25rem; }
.bad a { color: inherit; }
button {
 width: 100%; min-height: 3.25rem; margin-top: 1.5rem; padding: .5rem 1rem; background: var(--seal);
 color: var(--on); border: 0; border-radius: .75rem; font: inherit; font-weight: 700;
}
:focus-visible { outline: 3px solid var(--seal); outline-offset: 2px; }
"""
