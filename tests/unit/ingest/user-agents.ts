import type { Device } from "../../../app/vitals/devices";

const AND = (device: string, rest = "Chrome/142.0.0.0 Mobile Safari/537.36") =>
  `Mozilla/5.0 (Linux; Android ${device}) AppleWebKit/537.36 (KHTML, like Gecko) ${rest}`;
const IOS = (device: string, rest: string) =>
  `Mozilla/5.0 (${device}) AppleWebKit/605.1.15 (KHTML, like Gecko) ${rest}`;
const DESKTOP = (system: string, rest: string) =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) ${rest}`;

const IPHONE = "iPhone; CPU iPhone OS 18_7 like Mac OS X";
const IPAD = "iPad; CPU OS 17_5 like Mac OS X";
const MAC = "Macintosh; Intel Mac OS X 10_15_7";
const WINDOWS = "Windows NT 10.0; Win64; x64";
const CHROME = "Chrome/142.0.0.0 Safari/537.36";
const WEBVIEW = "Version/4.0 Chrome/126.0.6478.122 Mobile Safari/537.36";
const SAMSUNG = "14; SM-S911B Build/UP1A.231005.007; wv";
const TABLET_WEBVIEW = "Version/4.0 Chrome/126.0.6478.122 Safari/537.36";

/** Real user agents by the device that sends them: `[device, what it is, user agent]`. */
export const USER_AGENTS: ReadonlyArray<readonly [Device, string, string]> = [
  // Phones
  ["mobile", "Chrome on Android", AND("10; K")],
  [
    "mobile",
    "Chrome on a Pixel, before the reduction",
    AND("13; Pixel 7", "Chrome/109.0.5414.117 Mobile Safari/537.36"),
  ],
  ["mobile", "Firefox on Android", "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"],
  ["mobile", "Samsung Internet", AND("10; K", "SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36")],
  ["mobile", "Opera on Android", AND("10; K", "Chrome/140.0.0.0 Mobile Safari/537.36 OPR/91.0.0.0")],
  ["mobile", "Edge on Android", AND("10; K", "Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0.0.0")],
  [
    "mobile",
    "UC Browser",
    "Mozilla/5.0 (Linux; U; Android 12; en-US; RMX3085 Build/SP1A.210812.016) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.7.8.1329 Mobile Safari/537.36",
  ],
  [
    "mobile",
    "MIUI browser",
    "Mozilla/5.0 (Linux; U; Android 13; de-de; 2201117TG Build/TKQ1.221114.001) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/112.0.5615.136 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.12.1-gn",
  ],
  [
    "mobile",
    "Huawei browser",
    AND(
      "10; HarmonyOS; ELS-NX9; HMSCore 6.13.0.302",
      "Chrome/99.0.4844.88 HuaweiBrowser/14.0.5.302 Mobile Safari/537.36",
    ),
  ],
  [
    "mobile",
    "Huawei browser on HarmonyOS NEXT",
    "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.4.300",
  ],
  [
    "mobile",
    "Opera Mini",
    "Opera/9.80 (Android; Opera Mini/36.2.2254/191.308; U; en) Presto/2.12.423 Version/12.16",
  ],
  [
    "mobile",
    "Opera Mini on a feature phone",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80/191.308; U; en) Presto/2.5.25 Version/10.54 Mobile",
  ],
  ["mobile", "KaiOS", "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5"],
  ["mobile", "a foldable", AND("14; SM-F946B", "Chrome/120.0.0.0 Mobile Safari/537.36")],
  ["mobile", "Safari on an iPhone", IOS(IPHONE, "Version/26.1 Mobile/15E148 Safari/604.1")],
  ["mobile", "Chrome on an iPhone", IOS(IPHONE, "CriOS/142.0.7444.46 Mobile/15E148 Safari/604.1")],
  ["mobile", "Firefox on an iPhone", IOS(IPHONE, "FxiOS/145.0 Mobile/15E148 Safari/605.1.15")],
  [
    "mobile",
    "an iPod",
    IOS("iPod touch; CPU iPhone OS 15_7 like Mac OS X", "Version/15.6 Mobile/15E148 Safari/604.1"),
  ],
  [
    "mobile",
    "a Windows phone",
    "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15254",
  ],
  [
    "mobile",
    "a BlackBerry",
    "Mozilla/5.0 (BB10; Touch) AppleWebKit/537.10+ (KHTML, like Gecko) Version/10.0.9.2372 Mobile Safari/537.10+",
  ],
  [
    "mobile",
    "Firefox Focus on Android",
    AND("14; Pixel 6a", "Version/4.0 Focus/8.0.20 Chrome/120.0.6099.210 Mobile Safari/537.36"),
  ],
  [
    "mobile",
    "DuckDuckGo on Android",
    AND("14; Pixel 6a", "Version/4.0 Chrome/131.0.6778.39 Mobile DuckDuckGo/5 Safari/537.36"),
  ],
  // Phones, inside an app
  ["mobile", "an app's web view", AND("15; Pixel 8 Build/AP3A; wv", WEBVIEW)],
  [
    "mobile",
    "Instagram on Android",
    `${AND(SAMSUNG, WEBVIEW)} Instagram 339.0.0.12.95 Android (34/14; 480dpi; 1080x2115; samsung; SM-S911B; dm1q; qcom; de_DE; 619461193)`,
  ],
  [
    "mobile",
    "Threads on Android",
    `${AND(SAMSUNG, WEBVIEW)} Barcelona 340.0.0.22.109 Android (34/14; 420dpi; 1080x2205; samsung; SM-S911B; dm1q; qcom; en_US; 620000000)`,
  ],
  ["mobile", "Facebook on Android", `${AND(SAMSUNG, WEBVIEW)} [FB_IAB/FB4A;FBAV/473.0.0.45.76;]`],
  ["mobile", "Messenger on Android", `${AND(SAMSUNG, WEBVIEW)} [FB_IAB/Orca-Android;FBAV/461.0.0.45.109;]`],
  [
    "mobile",
    "TikTok on Android",
    `${AND(SAMSUNG, WEBVIEW)} trill_350302 JsSdk/1.0 NetType/WIFI Channel/googleplay AppName/musical_ly app_version/35.3.2 ByteLocale/en ByteFullLocale/en Region/DE`,
  ],
  [
    "mobile",
    "Snapchat on Android",
    `${AND(SAMSUNG, WEBVIEW)} Snapchat/12.90.0.42 (SM-S911B; Android 14#S911BXXS6CXE3#34; gzip; )`,
  ],
  ["mobile", "Pinterest on Android", `${AND(SAMSUNG, WEBVIEW)} [Pinterest/Android]`],
  ["mobile", "LINE on Android", `${AND(SAMSUNG, WEBVIEW)} Line/14.9.0/IAB`],
  [
    "mobile",
    "WeChat on Android",
    `${AND("13; 22041211AC Build/TP1A.220624.014; wv", "Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36")} XWEB/1160117 MMWEBSDK/20240404 MMWEBID/8813 MicroMessenger/8.0.49.2600(0x2800315A) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64`,
  ],
  ["mobile", "LinkedIn on Android", `${AND(SAMSUNG, WEBVIEW)} [LinkedInApp]/4.1.943`],
  ["mobile", "X on Android", `${AND(SAMSUNG, WEBVIEW)} TwitterAndroid`],
  [
    "mobile",
    "Google app on Android",
    AND(
      "14; SM-S911B Build/UP1A.231005.007; wv",
      "Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36 GSA/15.22.29.28.arm64",
    ),
  ],
  ["mobile", "KakaoTalk on Android", `${AND(SAMSUNG, WEBVIEW)};KAKAOTALK 2510800 (INAPP)`],
  [
    "mobile",
    "Instagram on an iPhone",
    `${IOS(IPHONE, "Mobile/15E148")} Instagram 339.0.3.12.91 (iPhone14,5; iOS 17_5_1; de_DE; de; scale=3.00; 1170x2532; 619461193)`,
  ],
  [
    "mobile",
    "Facebook on an iPhone",
    `${IOS(IPHONE, "Mobile/15E148")} [FBAN/FBIOS;FBAV/473.1.0.36.111;FBBV/617246473;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.5.1;FBSS/3;FBID/phone;FBLC/de_DE;FBOP/5]`,
  ],
  [
    "mobile",
    "TikTok on an iPhone",
    `${IOS(IPHONE, "Mobile/15E148")} musical_ly_35.3.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/de Region/DE isDarkMode/1`,
  ],
  ["mobile", "Google app on an iPhone", IOS(IPHONE, "GSA/322.0.638128271 Mobile/15E148 Safari/604.1")],
  // Tablets
  ["tablet", "an iPad that names itself", IOS(IPAD, "Version/17.5 Mobile/15E148 Safari/604.1")],
  [
    "tablet",
    "an old iPad",
    IOS("iPad; CPU OS 12_5 like Mac OS X", "Version/12.1.2 Mobile/15E148 Safari/604.1"),
  ],
  ["tablet", "Chrome on an iPad", IOS(IPAD, "CriOS/125.0.6422.80 Mobile/15E148 Safari/604.1")],
  [
    "tablet",
    "Facebook on an iPad",
    `${IOS(IPAD, "Mobile/15E148")} [FBAN/FBIOS;FBAV/473.1.0.36.111;FBDV/iPad13,4;FBMD/iPad;FBSN/iPadOS;FBSV/17.5.1;FBSS/2;FBID/tablet;FBLC/de_DE;FBOP/5]`,
  ],
  [
    "tablet",
    "Instagram on an iPad",
    `${IOS(IPAD, "Mobile/15E148")} Instagram 339.0.3.12.91 (iPad13,4; iPadOS 17_5_1; de_DE; de; scale=2.00; 1668x2388; 619461193)`,
  ],
  ["tablet", "a Galaxy Tab", AND("14; SM-X710", CHROME)],
  ["tablet", "Chrome on an Android tablet, reduced", AND("10; K", CHROME)],
  [
    "tablet",
    "Samsung Internet on a Galaxy Tab",
    AND("14; SAMSUNG SM-X910", "SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36"),
  ],
  [
    "tablet",
    "Firefox on an Android tablet",
    "Mozilla/5.0 (Android 15; Tablet; rv:145.0) Gecko/145.0 Firefox/145.0",
  ],
  ["tablet", "a Pixel Tablet", AND("14; Pixel Tablet", CHROME)],
  ["tablet", "a Lenovo Tab", AND("12; Lenovo TB-X606F", "Chrome/114.0.0.0 Safari/537.36")],
  [
    "tablet",
    "Instagram on an Android tablet",
    `${AND("13; SM-T870 Build/TP1A.220624.014; wv", TABLET_WEBVIEW)} Instagram 339.0.0.12.95 Android (33/13; 340dpi; 1600x2452; samsung; SM-T870; gts7lwifi; qcom; de_DE; 619461193)`,
  ],
  [
    "tablet",
    "Facebook on an Android tablet",
    `${AND("13; SM-T870 Build/TP1A.220624.014; wv", TABLET_WEBVIEW)} [FB_IAB/FB4A;FBAV/473.0.0.45.76;]`,
  ],
  ["tablet", "a Kindle Fire", AND("11; KFTRWI", "Silk/130.4.1 like Chrome/130.0.0.0 Safari/537.36")],
  [
    "tablet",
    "a Kindle Fire, without Android",
    DESKTOP("Linux; U; en-US", "Version/4.0 Kindle/3.0 (screen 600x800; rotate)").replace("537.36", "528.5+"),
  ],
  [
    "tablet",
    "a Huawei tablet on HarmonyOS NEXT",
    "Mozilla/5.0 (Tablet; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 HuaweiBrowser/5.0.4.300",
  ],
  [
    "tablet",
    "a PlayBook",
    "Mozilla/5.0 (PlayBook; U; RIM Tablet OS 2.1.0; en-US) AppleWebKit/536.2+ (KHTML, like Gecko) Version/7.2.1.0 Safari/536.2+",
  ],
  // Desktops, and what looks at pages from a sofa or a seat
  ["desktop", "Chrome on Windows", DESKTOP(WINDOWS, CHROME)],
  ["desktop", "Edge on Windows", DESKTOP(WINDOWS, `${CHROME} Edg/142.0.0.0`)],
  [
    "desktop",
    "Firefox on Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
  ],
  ["desktop", "Firefox on Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"],
  ["desktop", "Chrome on Linux", DESKTOP("X11; Linux x86_64", CHROME)],
  ["desktop", "Chrome on a Mac", DESKTOP(MAC, CHROME)],
  [
    "desktop",
    "Safari on a Mac (and on an iPad in its default mode)",
    IOS(MAC, "Version/26.1 Safari/605.1.15"),
  ],
  ["desktop", "Chrome OS", DESKTOP("X11; CrOS x86_64 14541.0.0", CHROME)],
  ["desktop", "Opera on Windows", DESKTOP(WINDOWS, `${CHROME} OPR/126.0.0.0`)],
  ["desktop", "Vivaldi on Linux", DESKTOP("X11; Linux x86_64", `${CHROME} Vivaldi/7.6`)],
  [
    "desktop",
    "Internet Explorer on Windows with a touch screen",
    "Mozilla/5.0 (Windows NT 6.3; WOW64; Trident/7.0; Touch; Tablet PC 2.0; rv:11.0) like Gecko",
  ],
  [
    "desktop",
    "an Electron app",
    DESKTOP(WINDOWS, "Slack/4.39.90 Chrome/126.0.6478.127 Electron/31.2.1 Safari/537.36"),
  ],
  [
    "desktop",
    "WeChat on Windows",
    DESKTOP(
      "Windows NT 10.0; WOW64",
      "Chrome/122.0.0.0 Safari/537.36 NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090a13)",
    ),
  ],
  [
    "desktop",
    "a Tizen TV",
    "Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) 94.0.4606.31/7.0 TV Safari/537.36",
  ],
  [
    "desktop",
    "a webOS TV",
    "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.5359.211 Safari/537.36 WebAppManager",
  ],
  ["desktop", "an Android TV", AND("12; BRAVIA 4K VH2 Build/STT1.211025.001.Z4", CHROME)],
  [
    "desktop",
    "a Chromecast with Google TV",
    AND(
      "12.0; Build/STTL.240206.002",
      "Chrome/120.0.6099.144 Safari/537.36 CrKey/1.56.500000 DeviceType/AndroidTV",
    ),
  ],
  [
    "desktop",
    "a Fire TV",
    AND("9; AFTMM Build/PS7285; wv", "Version/4.0 Chrome/110.0.5481.154 Safari/537.36"),
  ],
  ["desktop", "Silk on a Fire TV", AND("7.1.2; AFTKA", "Silk/130.4.1 like Chrome/130.0.0.0 Safari/537.36")],
  [
    "desktop",
    "a PlayStation",
    "Mozilla/5.0 (PlayStation; PlayStation 5/9.20) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15",
  ],
  [
    "desktop",
    "an Xbox",
    DESKTOP("Windows NT 10.0; Win64; x64; Xbox; Xbox Series X", `${CHROME} Edge/44.18363.8131`),
  ],
  [
    "desktop",
    "a Meta Quest",
    DESKTOP("X11; Linux x86_64; Quest 3", "OculusBrowser/35.2.0.7 Chrome/126.0.6478.188 VR Safari/537.36"),
  ],
  [
    "desktop",
    "a Tesla",
    DESKTOP("X11; GNU/Linux", "Chromium/109.0.5414.168 Chrome/109.0.5414.168 Safari/537.36 Tesla/2024.20.1"),
  ],
  // Bots
  ["bot", "Googlebot", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"],
  [
    "bot",
    "Googlebot as a phone",
    `${AND("6.0.1; Nexus 5X Build/MMB29P")} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`,
  ],
  [
    "bot",
    "Bingbot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
  ],
  ["bot", "headless Chrome", DESKTOP("X11; Linux x86_64", "HeadlessChrome/142.0.0.0 Safari/537.36")],
  [
    "bot",
    "GPTBot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
  ],
  [
    "bot",
    "ClaudeBot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
  ],
  [
    "bot",
    "Applebot",
    IOS(MAC, "Version/17.4 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)"),
  ],
  ["bot", "YandexBot", "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)"],
  ["bot", "AhrefsBot", "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"],
  ["bot", "facebookexternalhit", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"],
  ["bot", "a chat's link preview", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"],
  ["bot", "Lighthouse", AND("11; moto g power", "Chrome/136.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse")],
  ["bot", "Pingdom", DESKTOP("X11; Linux x86_64", "Chrome/120.0.0.0 Safari/537.36 PingdomTMS/0.8.5")],
  ["bot", "Datadog Synthetics", DESKTOP("X11; Linux x86_64", `${CHROME} DatadogSynthetics`)],
  ["bot", "curl", "curl/8.14.1"],
  ["bot", "Python", "python-requests/2.32.3"],
  ["bot", "nothing", ""],
];
