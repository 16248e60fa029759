// node axe_page.js LINK FOLDER: asks one question on the page and prints, as JSON, what axe-core finds
// in the light, in the dark and at the width of a phone. Screenshots go to FOLDER.
const fs = require("fs"), puppeteer = require("puppeteer-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [link, folder, chromium] = process.argv.slice(2);
const LOOKS = [["light", 1100, 800], ["dark", 1100, 800], ["phone", 390, 844]];

(async () => {
  const browser = await puppeteer.launch({executablePath: chromium, args: ["--no-sandbox"]});
  const found = [];
  for (const [name, width, height] of LOOKS) {
    const context = await browser.createBrowserContext(), page = await context.newPage();
    const errors = [], outside = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("request", (one) => {
      if (!/^(http:\/\/127\.0\.0\.1|data:)/.test(one.url())) outside.push(one.url());
    });
    await page.setViewport({width, height});
    await page.emulateMediaFeatures([{name: "prefers-color-scheme", value: name === "dark" ? name : "light"}]);
    await page.goto(link);
    await page.type("textarea", "Say hello in one short sentence.");
    await page.keyboard.press("Enter");
    await page.waitForFunction("document.querySelectorAll('article div').length > 1"
      + " && !document.getElementById('send').disabled", {timeout: 120000});
    await page.screenshot({path: `${folder}/${name}.png`});
    // the script of axe-core is no script of the page, which allows none but its own
    const session = await page.createCDPSession();
    await session.send("Runtime.evaluate", {expression: axe});
    const {result} = await session.send("Runtime.evaluate", {
      expression: "axe.run().then((all) => all.violations.map((one) => one.id))",
      awaitPromise: true, returnByValue: true});
    const sideways = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
    found.push({name, violations: result.value, errors, outside, sideways, address: page.url()});
    await context.close();
  }
  await browser.close();
  console.log(JSON.stringify(found));
})().catch((error) => { console.error(error); process.exit(1); });
