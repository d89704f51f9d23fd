/** A picture file and its size, shown by <img>: there an SVG's scripts do not run. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { formatSize, t } from "../i18n";

interface PictureProps {
  url: string;
  alt: string;
  /** In bytes. */
  size: number;
  /** A title above it, where there is more than one picture. */
  title?: string;
}

export function Picture({ url, alt, size, title }: PictureProps): JSX.Element {
  const [pixels, setPixels] = useState<{ width: number; height: number } | null>(null);
  const [damaged, setDamaged] = useState(false);
  const facts = pixels ? `${t("view.file.pixels", pixels)} · ${formatSize(size)}` : formatSize(size);
  const caption = (
    <figcaption class="af-caption">
      {title && <b>{title}</b>}
      <span>{facts}</span>
    </figcaption>
  );
  return (
    <figure class="af-image">
      {title && caption}
      {damaged ? (
        <p class="af-image-frame af-quiet" role="status">
          {t("view.file.damaged")}
        </p>
      ) : (
        <div class="af-image-frame">
          <img
            src={url}
            alt={alt}
            decoding="async"
            onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
              setPixels(width > 0 ? { width, height } : null)
            }
            onError={() => setDamaged(true)}
          />
        </div>
      )}
      {!title && caption}
    </figure>
  );
}
