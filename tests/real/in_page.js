// What is asked of a page from within: an object of functions, each giving plain data.
({
  // What is wider than the window, or scrolls or is cut off sideways inside the page.
  wider() {
    const wide = [], most = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth > innerWidth) wide.push('the page');
    for (const each of document.body.querySelectorAll('*')) {
      const style = getComputedStyle(each), box = each.getBoundingClientRect();
      if (!each.checkVisibility({visibilityProperty: true})) continue;
      // For screen readers alone, or a link that shows itself once it has focus.
      if (box.width <= 1 || box.height <= 1 || style.clipPath !== 'none' || box.right <= 0) continue;
      const name = `${each.tagName.toLowerCase()}.${each.getAttribute('class') ?? ''}`;
      const within = each.textContent.trim().slice(0, 40);
      if (box.right > most + 1 || box.left < -1)
        wide.push(`${name} ${box.left} to ${box.right} of ${most}: ${within}`);
      if (style.overflowX !== 'visible' && style.display !== 'inline' && each.scrollWidth > each.clientWidth + 1)
        wide.push(`${name} scrolls or cuts off, ${each.scrollWidth} in ${each.clientWidth}: ${within}`);
    }
    return wide;
  },

  // The places where the Tab key should stop, each numbered for `focused`.
  stops() {
    const kinds = 'a[href], area[href], button, input, select, textarea, summary, iframe, [controls], [tabindex]';
    return [...document.querySelectorAll(kinds)]
      .filter(each => each.tabIndex >= 0 && each.checkVisibility({visibilityProperty: true}))
      .map((each, at) => {
        each.stopNumber = at;
        return `${at} ${each.tagName} ${each.textContent.trim().slice(0, 60)}`;
      });
  },

  // Back to where a page begins, with focus nowhere.
  start() {
    document.activeElement.blur();
    getSelection().removeAllRanges();
    scrollTo(0, 0);
  },

  focused() {
    const each = document.activeElement;
    if (!each || each === document.body) return null;
    const {x, y, width, height, top, bottom} = each.getBoundingClientRect();
    const text = each.textContent.trim().slice(0, 60);
    return {stop: each.stopNumber, text, x, y, width, height, inside: bottom > 0 && top < innerHeight};
  },

  leave() {
    window.left = document.activeElement;
    window.left.blur();
  },

  comeBack() {
    window.left.focus({preventScroll: true, focusVisible: true});
  },

  // What axe-core has against the page, a line each. It works with timers: without script it would never end.
  async barriers(options) {
    const late = new Promise((_, fail) => setTimeout(() => fail(new Error('axe-core did not end')), 60000));
    const found = await Promise.race([axe.run(document, options), late]);
    return found.violations.flatMap(rule => rule.nodes.map(node => {
      const why = [...node.any, ...node.all, ...node.none].map(check => check.message).join('; ');
      return `${rule.id}: ${rule.help}: ${node.html.slice(0, 200)}: ${why}`;
    }));
  },

  // What moves, or would.
  moving() {
    const running = document.getAnimations().map(each => `an animation of ${each.effect?.target?.tagName}`);
    const set = [...document.querySelectorAll('*')].filter(each => {
      const style = getComputedStyle(each);
      const times = `${style.transitionDuration}, ${style.animationDuration}`.split(', ');
      return times.some(time => parseFloat(time) > 0.01) || style.scrollBehavior === 'smooth';
    });
    return [...running, ...set.map(each => each.tagName)];
  },

  // Images that show nothing.
  broken() {
    return [...document.images].filter(each => !each.complete || !each.naturalWidth).map(each => each.src);
  },

  // The lines of the page as they are seen, without what only leads elsewhere.
  reading() {
    const aside = [...document.querySelectorAll('nav, .downloads')].flatMap(each => each.innerText.split('\n'));
    const lines = document.querySelector('main').innerText.split('\n');
    return lines.filter(line => line.trim() && !aside.includes(line));
  },

  links() {
    return [...document.links].map(each => each.href.split('#')[0]);
  },

  // The posts of a preview that are to be seen, each with its text: that of an article without its images, but for their
  // captions; that of a mail with the link below it.
  posts() {
    const text = each => each.tagName === 'FIGURE' ? each.querySelector('.caption')?.innerText ?? '' : each.innerText;
    return [...document.querySelectorAll('[data-text]')].filter(each => each.checkVisibility()).map(each => {
      const parts = each.classList.contains('article') ? [...each.children].map(text) : [each.innerText];
      const link = each.parentElement.querySelector(':scope > .link');
      if (link) parts.push(link.innerText);
      return {channel: each.dataset.channel, post: Number(each.dataset.post), text: parts.join('\n')};
    });
  },

  // Where focus is in a preview: the number of the tab, and the stop within the channel that is seen.
  place() {
    const each = document.activeElement, tab = each.className?.match?.(/\btab-(\w+)/);
    return {tab: tab ? tab[1] : null, stop: each.closest('.channel') ? each.stopNumber : null};
  },

  // The stops within the channels that are seen.
  channelStops() {
    const seen = [...document.querySelectorAll('.channel a[href], .channel input, .channel [tabindex]')];
    return seen.filter(each => each.checkVisibility()).map((each, at) => (each.stopNumber = at));
  },

  // What came of an attack: a script that ran, and elements that no page of ours has.
  hurt() {
    const strange = 'script:not([type="application/ld+json"]), base, textarea, iframe, object, embed, form, [onerror],' +
      ' [onload], #hurt, meta[http-equiv="refresh" i], a[href^="javascript:" i], img[src="x"]';
    return [
      ...(window.hurt === undefined ? [] : ['a script ran']),
      ...[...document.querySelectorAll(strange)].map(each => each.outerHTML.slice(0, 100)),
      ...(document.body.innerText.includes(']]>49') ? ['a template was filled'] : []),
    ];
  },
})
