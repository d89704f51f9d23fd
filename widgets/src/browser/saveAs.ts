/** Offer a blob as a file, by the browser's own download. */
export function saveAs({ blob, name }: { blob: Blob; name: string }): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Freeing the blob at once cancels some downloads.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
