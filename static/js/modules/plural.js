// A number in words. The server gives a text for each plural form, with a number that takes it: "1 # thing|2 # things".
export function plural(forms, count) {
  const language = document.documentElement.lang;
  const rules = new Intl.PluralRules(language);
  const all = forms.split('|').map((form) => [Number.parseInt(form), form.slice(form.indexOf(' ') + 1)]);
  const [, text] = all.find(([number]) => rules.select(number) === rules.select(count)) ?? all.at(-1);
  return text.replace('#', count.toLocaleString(language));
}
