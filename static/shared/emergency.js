/**
 * Emergency numbers by region, in the page so that they are there without a connection.
 *
 * From the short-number metadata of libphonenumber (Apache-2.0, see NOTICE); 112 where it is
 * accepted unless a region's own number is better known. A region without a row gets words
 * ("your local emergency number"), never a guess. One line: the number, then its regions.
 */
const NUMBERS = `
112: AD AE AL AO AT AX AZ BE BG BI BJ BQ BT BW BY CC CH CO CR CW CX CY CZ DE DK DZ EC EE ER ES FI FO GE GG GI
  GL GR HK HR HU ID IE IL IN IR IS IT JE JO KE KP KW KZ LB LI LK LS LT LU LV MC MD ME MK MQ MT MY NL NO NP NR
  PK PL PT RE RO RS RU RW SA SE SI SJ SK ST SY TJ TL TR TW TZ UA VA VE VU XK YT ZM ZW
911: AC AG AI AR AS AW BB BM BS BZ CA CL DM DO ET FJ FM GD GU GY JM KN KY LC LR MH MP MS MX NF PA PH PR PW PY
  SH SV TC TO TV US UY VC VG VI WS
999: BD BH CK FK GB GH IM MO MU MW NU QA SB SC SD SG SL SO SS SZ TT UG
15: EH GF GP MA MF ML NC PF PM WF
17: BF DJ KM MR SN TD
117: CF CG KH MG MZ TG
113: CD CM GW SM VN
199: HN MM NG
115: IQ NI SR
190: LA LY TN
101: AM KG
000: AU PG
122: BA EG
18: BL GA
110: BO GT
111: CI NZ
116: GM PE
100: MN PS
118: MV NE
191: TH YE
119: AF
993: BN
192/190: BR
120/110: CN
104: CU
131: CV
112/15: FR
114: HT
119/110: JP
192: KI
119/112: KR
10111: NA
112/10177: ZA
none: OM SX TM UZ
`;

/** region → ["911"]; an empty list where no number is known. */
export const emergency = new Map(
  NUMBERS.replace(/\n  /g, " ")
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [numbers, regions] = line.split(": ");
      return regions.split(" ").map((region) => [region, numbers === "none" ? [] : numbers.split("/")]);
    }),
);
