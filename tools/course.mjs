// Writes what the course page shows of the lessons: `node tools/course.mjs LESSONS OUT`. The order is
// that of course.json, and what is said of each lesson is taken from its file.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const [folder, out] = process.argv.slice(2);
const read = async (name) => JSON.parse(await readFile(join(folder, `${name}.json`), "utf8"));
const course = await read("course");
const groups = await Promise.all(
  course.groups.map(async ({ title, lessons }) => ({
    title,
    lessons: await Promise.all(
      lessons.map(async (id) => {
        const { title, minutes, learn, steps, version = 1 } = await read(id);
        return { id, title, minutes, learn, steps: steps.length, version };
      }),
    ),
  })),
);
await writeFile(out, JSON.stringify({ groups }));
