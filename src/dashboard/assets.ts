/**
 * The page's script and style as text. `scripts/build.mjs` puts the bundled `main.tsx` and `style.css` in the place of this
 * file; where nothing is bundled (a type check, a test of one module) they are empty.
 */
export const script: string = '';
export const style: string = '';
