"""The scripts that the page's benchmark runs inside the page."""

# Notes, in the page, when an event arrives (the read of its bytes resolves) and when the frame that shows
# it has been drawn. A text is known by the number in the editor's last lines, a file by the count above the
# tree. "Drawn" is the end of the main thread's work on the frame: a message posted inside a frame is
# handled right after its layout and paint.
WATCH = r"""() => {
  const seen = { arrived: new Map(), delays: [], files: [], filesArrived: 0, chunks: 0, written: 0 };
  window.seen = seen;

  let inFrame = false;
  const afterPaint = (callback) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = callback;
    port2.postMessage(0);
  };
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => request((time) => {
    if (!inFrame) {
      inFrame = true;
      afterPaint(() => { inFrame = false; });
    }
    callback(time);
  });

  const decoder = new TextDecoder();
  const read = ReadableStreamDefaultReader.prototype.read;
  ReadableStreamDefaultReader.prototype.read = function (...args) {
    return read.apply(this, args).then((result) => {
      if (result.value instanceof Uint8Array) {
        const now = performance.now();
        const text = decoder.decode(result.value);
        for (const [, number] of text.matchAll(/⟦(\d+)⟧/g)) {
          if (!seen.arrived.has(`c${number}`)) seen.arrived.set(`c${number}`, now);
        }
        const files = text.match(/"event_type":"file_written"/g)?.length ?? 0;
        for (let one = 0; one < files; one++) seen.arrived.set(`f${++seen.filesArrived}`, now);
      }
      return result;
    });
  };

  const shown = () => {
    const lines = [...document.querySelectorAll('.af-code .cm-line')].slice(-3);
    const numbers = [...lines.map((line) => line.textContent).join('').matchAll(/⟦(\d+)⟧/g)];
    const chunks = Number(numbers.at(-1)?.[1] ?? 0);
    const count = document.querySelector('.af-files .af-cap span')?.textContent ?? '';
    const written = Number(/[\d,]+/.exec(count)?.[0].replaceAll(',', '') ?? 0);
    if (chunks > seen.chunks) {
      note(seen.chunks + 1, chunks, 'c', seen.delays);
      seen.chunks = chunks;
    }
    if (written > seen.written) {
      note(seen.written + 1, written, 'f', seen.files);
      seen.written = written;
    }
  };
  const note = (first, last, kind, delays) => {
    const take = () => {
      const now = performance.now();
      for (let one = first; one <= last; one++) {
        const arrived = seen.arrived.get(kind + one);
        if (arrived !== undefined) delays.push(now - arrived);
        seen.arrived.delete(kind + one);
      }
    };
    if (inFrame) afterPaint(take);
    else request(() => afterPaint(take));
  };
  new MutationObserver(shown).observe(document.querySelector('[data-aiflow-workbench]'), {
    subtree: true, childList: true, characterData: true,
  });
}"""

# Takes the delays of a round: those of texts, those of files.
TAKE = """() => {
  seen.arrived.clear();
  return [seen.delays, seen.files].map((list) => list.splice(0));
}"""

# From the cell's run to the end of the frame in which its workbench stands there.
FIRST_PAINT = r"""() => new Promise((resolve, reject) => {
  const before = document.querySelector('[data-aiflow-workbench]');
  const look = () => {
    const found = document.querySelector('[data-aiflow-workbench]');
    if (!found || found === before || !found.querySelector('.af-phases')) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now() - began);
      port2.postMessage(0);
    });
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { subtree: true, childList: true });
  const began = performance.now();
  jupyterapp.commands.execute('notebook:run-cell').catch(reject);
})"""

# Intervals between frames, in ms, while `step` moves something each frame, and how many of the rows in sight
# were not there in the worst of them. Both are done right after a frame's layout and paint: what was drawn is
# counted, and then it is scrolled for the next frame, which hears of it as of a person's scrolling: by an
# event, before it is drawn.
FRAMES = r"""(box, { frames, step }) => new Promise((resolve) => {
  const times = [];
  let left = frames, direction = 1, missing = 0;
  const count = () => {
    const rows = [...box.querySelectorAll('[role=treeitem]')];
    const height = rows[0]?.offsetHeight ?? 1;
    const there = new Set(rows.map((row) => Math.round(row.offsetTop / height)));
    const end = Math.min(box.scrollTop + box.clientHeight, box.scrollHeight);
    let blank = 0;
    const first = Math.floor(box.scrollTop / height);
    for (let index = first; index * height < end - 1; index++) blank += !there.has(index);
    missing = Math.max(missing, blank);
  };
  const move = () => {
    const end = box.scrollHeight - box.clientHeight;
    box.scrollTop += direction * step;
    if (box.scrollTop >= end - 1) direction = -1;
    else if (box.scrollTop <= 0) direction = 1;
  };
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    count();
    move();
  };
  const next = (time) => {
    times.push(time);
    if (left-- === 0) {
      return resolve({ intervals: times.slice(1).map((at, index) => at - times[index]), missing });
    }
    if (box) port2.postMessage(0);
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})"""

# On a page that does nothing: from a moment of any time to the end of the next frame. What the machine and
# the screen's rhythm cost by themselves.
FLOOR = r"""(times) => new Promise((resolve) => {
  const delays = [];
  const next = () => {
    if (delays.length === times) return resolve(delays);
    setTimeout(() => {
      const began = performance.now();
      requestAnimationFrame(() => {
        document.title = String(delays.length);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => { delays.push(performance.now() - began); next(); };
        port2.postMessage(0);
      });
    }, Math.random() * 16);
  };
  next();
})"""
