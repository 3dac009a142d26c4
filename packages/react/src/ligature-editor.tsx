import { createEditor, type EmbedOptions, type LigatureEmbed, type Status } from "@ligature/embed"
import {
  forwardRef,
  useEffect,
  useLayoutEffect,
  useRef,
  type ForwardedRef,
  type ForwardRefExoticComponent,
  type RefAttributes,
} from "react"

/**
 * The options of `createEditor` without its element. Another `url`, `document` or `placeholder` opens anew; `user`, `token` and the callbacks
 * may change at any time; `parts` and `connection` are read when a document is opened.
 */
export interface LigatureEditorProps extends Omit<EmbedOptions, "element"> {
  readonly className?: string | undefined
  /** The text is shown. */
  readonly onReady?: ((embed: LigatureEmbed) => void) | undefined
  /** Called with the status at opening and after each change. */
  readonly onStatus?: ((status: Status) => void) | undefined
}

/** An open document with its editor. The ref is the embed's handle from the moment the document is opened, null before and after. */
export const LigatureEditor: ForwardRefExoticComponent<LigatureEditorProps & RefAttributes<LigatureEmbed>> = forwardRef(
  function LigatureEditor(props: LigatureEditorProps, ref: ForwardedRef<LigatureEmbed>) {
    const { url, document, placeholder, user } = props
    const place = useRef<HTMLDivElement>(null)
    const embed = useRef<LigatureEmbed | null>(null)
    const hasToken = props.token !== undefined

    // What may change without opening anew is read here when it is needed.
    const latest = useRef({ props, ref })
    useLayoutEffect(() => {
      latest.current = { props, ref }
    })

    useEffect(() => {
      let ended = false
      // StrictMode mounts, unmounts and mounts again within one task: only what is still wanted after it is opened.
      queueMicrotask(() => {
        if (ended || place.current === null) return
        const {
          token: _token,
          className: _className,
          onReady: _onReady,
          onStatus: _onStatus,
          ...options
        } = latest.current.props
        const opened = createEditor({
          ...options,
          element: place.current,
          url,
          document,
          placeholder,
          ...(hasToken ? { token: () => currentToken(latest.current.props.token) } : {}),
        })
        embed.current = opened
        assign(latest.current.ref, opened)
        const tell = (status: Status) => latest.current.props.onStatus?.(status)
        tell(opened.status)
        opened.onStatus(tell)
        void tellWhenReady(opened, () => latest.current.props.onReady)
      })
      return () => {
        ended = true
        const opened = embed.current
        if (opened === null) return
        embed.current = null
        assign(latest.current.ref, null)
        void opened.destroy()
      }
    }, [url, document, placeholder, hasToken])

    const name = user?.name
    const color = user?.color
    const id = user?.id
    useEffect(() => {
      if (name === undefined || color === undefined) return
      embed.current?.setUser({ name, color, ...(id === undefined ? {} : { id }) })
    }, [name, color, id])

    return <div ref={place} className={props.className} />
  },
)

async function tellWhenReady(opened: LigatureEmbed, onReady: () => LigatureEditorProps["onReady"]): Promise<void> {
  await opened.whenReady
  onReady()?.(opened)
}

function currentToken(token: EmbedOptions["token"]): string | Promise<string> {
  return typeof token === "function" ? token() : (token ?? "")
}

function assign(ref: ForwardedRef<LigatureEmbed>, value: LigatureEmbed | null): void {
  if (typeof ref === "function") ref(value)
  else if (ref !== null) ref.current = value
}
