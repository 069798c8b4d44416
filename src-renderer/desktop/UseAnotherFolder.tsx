/** The way to another data folder: the system's dialog, what was found, then over to it. */
import { attempt } from './attempt.ts'
import { MoveDialog } from './MoveDialog.tsx'
import { useChooseFolder } from './queries.ts'

export function UseAnotherFolder({ isDisabled = false }: { isDisabled?: boolean }) {
  const choose = useChooseFolder()
  const chooseFolder = () => choose.mutate(undefined, { onError: error => attempt(Promise.reject(error)) })
  return (
    <>
      <button type="button" className="btn" disabled={isDisabled || choose.isPending} onClick={chooseFolder}>
        Use another folder…
      </button>
      {choose.data && <MoveDialog found={choose.data} onClose={choose.reset} onChooseAnother={chooseFolder} />}
    </>
  )
}
