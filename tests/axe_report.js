// node axe_report.js URL FOLDER CHROMIUM: opens a page that nobody types on and prints, as JSON, what axe-core
// finds in the light, in the dark and at the width of a phone. Screenshots go to FOLDER.
const fs = require("fs"), puppeteer = require("puppeteer-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [url, folder, chromium] = process.argv.slice(2);
const LOOKS = [["light", 1100, 800], ["dark", 1100, 800], ["phone", 390, 844], ["dark-phone", 390, 844]];

(async () => {
  const browser = await puppeteer.launch({executablePath: chromium, args: ["--no-sandbox"]});
  const found = [];
  for (const [name, width, height] of LOOKS) {
    const page = await browser.newPage(), outside = [];
    page.on("request", (one) => { if (one.url() !== url) outside.push(one.url()); });
    await page.setViewport({width, height});
    const scheme = name.startsWith("dark") ? "dark" : "light";
    await page.emulateMediaFeatures([{name: "prefers-color-scheme", value: scheme}]);
    await page.goto(url);
    await page.screenshot({path: `${folder}/${name}.png`, fullPage: true});
    await page.evaluate(axe);
    const violations = await page.evaluate(
      "axe.run().then((all) => all.violations.map((one) => one.id + ': ' + one.nodes[0].html))");
    const [shown, wide] = await page.evaluate("[innerWidth, document.documentElement.scrollWidth]");
    const ink = await page.evaluate("getComputedStyle(document.body).color");
    found.push({name, violations, outside, sideways: wide > shown, ink});
    await page.close();
  }
  await browser.close();
  console.log(JSON.stringify(found));
})().catch((error) => { console.error(error); process.exit(1); });
