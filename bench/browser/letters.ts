/**
 * Letters that no generated text holds, one for each who types: the n-th of a letter on a page is the n-th stroke of its writer, so
 * that strokes can be told apart wherever an editor draws them.
 */
export const LETTERS: readonly string[] = Array.from("ΓΔΘΛΞΠΣΦΨΩЂЄЇЉЊЋЏЖЦШЩЪЭЮЯ")
