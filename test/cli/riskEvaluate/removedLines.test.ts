import { removedLines } from '../../../cli/riskEvaluate/removedLines';

const patch = `diff --git a/src/a.ts b/src/b.ts
similarity index 90%
rename from src/a.ts
rename to src/b.ts
--- a/src/a.ts
+++ b/src/b.ts
@@ -3,4 +3 @@ function f() {
-  const a = 1;
-  const b = 2;
-  // a comment
-
+  const a = 2;
@@ -20,2 +17,0 @@
--- not a header, but a removed decrement
-  last();
diff --git a/src/new.ts b/src/new.ts
new file mode 100644
--- /dev/null
+++ b/src/new.ts
@@ -0,0 +1 @@
+x
diff --git a/src/c.c b/src/c.c
--- a/src/c.c
+++ b/src/c.c
@@ -1 +1 @@
-#include <stdio.h>
+#include <string.h>
@@ -9 +9 @@
-#define MAX 3
+#define MAX 4
`;

describe('removedLines', () => {
  it('gives the removed lines of code by their old path and place, without blanks, comments and imports', () => {
    expect(removedLines(patch)).toEqual([
      { path: 'src/a.ts', first: 3, last: 4 },
      { path: 'src/a.ts', first: 21, last: 21 },
      { path: 'src/c.c', first: 9, last: 9 },
    ]);
  });

  it('finds nothing in nothing', () => expect(removedLines('')).toEqual([]));
});
