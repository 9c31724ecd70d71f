"""Looks at a receiver's page: valid HTML, and in a browser without errors, overflow or faint text. Takes pictures."""

import base64
import sys
from urllib.request import urlopen

import html5lib
from page_browser import Browser

# A phone, a very small one too, and a desk.
WIDTHS = {"phone": 360, "small": 320, "desktop": 1280}

# Text whose contrast with what is behind it is below AA: [ratio, tag, text].
FAINT = """(() => {
  const parse = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => e ? over(parse(getComputedStyle(e).backgroundColor), behind(e.parentElement)) : [255, 255, 255, 1];
  const faint = []; let seen = 0;
  for (const e of document.body.querySelectorAll('*')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.closest('svg')) continue;
    seen++;
    const back = behind(e), style = getComputedStyle(e), text = over(parse(style.color), back);
    const [a, b] = [light(text), light(back)].sort((x, y) => y - x), ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) faint.push([ratio.toFixed(2), e.tagName, e.textContent.slice(0, 30)]);
  }
  return {seen, faint, scheme: matchMedia('(prefers-color-scheme: dark)').matches};
})()"""

# What does not fit: the page itself, and text cut off within a cell.
WIDE = """(() => {
  const limit = document.documentElement.clientWidth;
  const out = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > limit + .5);
  return [document.documentElement.scrollWidth - limit, out.slice(0, 5).map(e => e.tagName + ' ' + e.textContent.slice(0, 40))];
})()"""


def valid(address):
    with urlopen(address) as answer:
        body = answer.read()
        policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script" not in policy and "unsafe" not in policy, policy
    parser = html5lib.HTMLParser()
    document = parser.parse(body)
    errors = [(place, name) for place, name, _ in parser.errors]
    # XML's way to close an element without content is no error in HTML.
    assert not errors, errors[:5]
    spelled = "{http://www.w3.org/1999/xhtml}"
    assert not [e for e in document.iter(f"{spelled}script")], "a script"
    return len(body)


def look(browser, address, scheme, device, picture):
    mobile = device != "desktop"
    browser.call("Emulation.setDeviceMetricsOverride", width=WIDTHS[device], height=800, deviceScaleFactor=1, mobile=mobile)
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    events = browser.open(address)
    for event in events:
        method, params = event.get("method", ""), event.get("params", {})
        wrong = method in ["Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Network.loadingFailed"]
        assert not wrong, f"{scheme} {device}: {params}"
        if method == "Network.requestWillBeSent":
            url = params["request"]["url"]
            assert url in [address, "data:,"], f"it fetches {url}"
    assert browser.ask("document.title") == "Home Assistant installations"
    for state in ["closed", "open"]:
        beyond, elements = browser.ask(WIDE)
        assert beyond <= 0 and not elements, f"{scheme} {device}, {state}: {beyond} px too wide: {elements}"
        contrast = browser.ask(FAINT)
        assert contrast["scheme"] == (scheme == "dark")
        assert contrast["seen"] > 10 and not contrast["faint"], f"{scheme} {device}: {contrast['faint'][:5]}"
        if state == "closed" and picture:
            shot = browser.call("Page.captureScreenshot", captureBeyondViewport=True)
            with open(picture, "wb") as file:
                file.write(base64.b64decode(shot["data"]))
        browser.ask("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.ask("getComputedStyle(document.body).maxWidth") != "none", "the style sheet is not taken"
    return contrast["seen"]


def main(receiver, directory, name):
    address = receiver + "/"
    size, looks, texts = valid(address), 0, 0
    with Browser() as browser:
        for scripts_off in [False, True]:
            browser.call("Emulation.setScriptExecutionDisabled", value=scripts_off)
            for scheme in ["light", "dark"]:
                for device in WIDTHS:
                    picture = None if scripts_off else f"{directory}/{name}-{scheme}-{device}.png"
                    texts = look(browser, address, scheme, device, picture)
                    looks += 1
    print(f"the {name} page: {size} bytes, no error in {looks} looks, {texts} texts with enough contrast")


main(*sys.argv[1:])
