import { OUTPUT, launch, open, screenEnds, serveSite, violations } from "./browser.mjs";
import { POLICY } from "../../tools/serve.mjs";
const browser = await launch();
const site = await serveSite();
const DIALOGUE = "telnet smtp.safeer.in 25\nEHLO penguinpower\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<praveen@gmail.com>\nRCPT TO:<nosuch@safeer.in>";
const LETTER = `printf 'HELO x\\r\\nMAIL FROM:<safeer@safeer.in>\\r\\nRCPT TO:<praveen@gmail.com>\\r\\nRCPT TO:<x@down.example>\\r\\nRCPT TO:<nosuch@gmail.com>\\r\\nDATA\\r\\nSubject: Happy New Year!!!\\r\\nFrom: The King <king@palace.example>\\r\\nTo: praveen@gmail.com, asha@safeer.in\\r\\n\\r\\nHappy New Year\\r\\n.\\r\\nQUIT\\r\\n' | nc smtp.safeer.in 25`;
const which = process.argv[2]?.split(",");
const tabs = process.argv[3]?.split(",");
for (const [name, viewport, colorScheme] of [
  ["360", { width: 360, height: 740 }, "light"],
  ["768", { width: 768, height: 1024 }, "dark"],
  ["1280", { width: 1280, height: 900 }, "light"],
  ["1280d", { width: 1280, height: 900 }, "dark"],
  ["1920", { width: 1920, height: 1080 }, "light"],
]) {
  if (which && !which.includes(name)) continue;
  const page = await open(browser, `${site.url}look-inside.html`, { viewport, colorScheme });
  await page.locator("smtp-terminal").evaluate((t, text) => t.run(text), LETTER);
  await screenEnds(page, "safeer@penguinpower:~$ ");
  await page.locator("smtp-terminal .skip").click();
  await page.locator("smtp-terminal .skip").click();
  for (const tab of ["Envelope", "Wire", "Journey", "Files", "Log", "Mailboxes", "Queue", "Session"]) {
    if (tabs && !tabs.includes(tab)) continue;
    if (tab === "Session") {
      await page.locator("smtp-terminal").evaluate((t, text) => t.run(text), DIALOGUE);
      await page.waitForTimeout(1200);
    }
    await page.locator(`smtp-terminal [role=tab][data-view="${tab}"]`).click();
    await page.locator(`smtp-terminal [role=tabpanel][data-view="${tab}"]`).waitFor();
    if (tab === "Files") await page.locator("smtp-terminal .paths button").first().click();
    await page.waitForTimeout(250);
    const bad = await violations(page);
    if (bad.length) console.log(name, tab, bad);
    await page.screenshot({ path: `${OUTPUT}/view-${tab}-${name}.png` });
  }
  if (page.problems.length) console.log(name, page.problems);
  await page.context().close();
}
await browser.close();
await site.close();
