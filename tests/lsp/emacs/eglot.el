;;; eglot.el --- A session of Emacs and `tether lsp' -*- lexical-binding: t -*-

;; Diagnostics of both, an edit, a fix behind a surrogate pair, undo, the end of the session.

;; The set-up of docs/editors.md, word for word, with the built program on the path.
(package-initialize)
(make-symbolic-link (getenv "TETHER") "tether")
(push default-directory exec-path)
(setenv "PATH" (concat default-directory ":" (getenv "PATH")))
(with-temp-buffer
  (insert-file-contents (expand-file-name "../../../docs/editors.md" (file-name-directory (getenv "CASE"))))
  (search-forward "```elisp\n")
  (eval-region (point) (progn (search-forward "```") (match-beginning 0))))
(setq eglot-sync-connect 15)

(defun lines-and-words ()
  "What Flymake shows, a line and the first words of the text of each."
  (flymake-start)
  (sort (mapcar (lambda (it)
                  (cons (line-number-at-pos (flymake-diagnostic-beg it))
                        (substring (flymake-diagnostic-text it) 0 20)))
                (flymake-diagnostics))
        (lambda (a b) (< (car a) (car b)))))

(defun await (expected)
  "Wait until Flymake shows EXPECTED."
  (with-timeout (15 (error "Instead of %S Flymake shows %S" expected (lines-and-words)))
    (while (not (equal (lines-and-words) expected))
      (accept-process-output nil 0.02))))

(defun line (number)
  "The text of line NUMBER."
  (goto-char (point-min))
  (forward-line (1- number))
  (buffer-substring (point) (line-end-position)))

(defun expect (found expected)
  "Fail unless FOUND equals EXPECTED."
  (unless (equal found expected) (error "Instead of %S there is %S" expected found)))

(with-temp-file "compile_flags.txt" (insert "-std=c++20\n-Wall\n"))
(with-temp-file "a.cpp"
  (insert "struct Future { int get(); void wait(); bool valid(); }; Future save(int);\n"
          "int keep() { int unused; return save(1).get(); }\n"
          "void lose() { /* ü😀 */ save(1); }\n"))
(make-directory ".git")
(find-file "a.cpp")
(buffer-enable-undo)
(call-interactively #'eglot)
(await '((2 . "clang [-Wunused-vari") (3 . "tether [tether-disca")))

(goto-char (point-min))
(forward-line 1)
(insert "// a line above\n")
(eglot--signal-textDocument/didChange)
(await '((3 . "clang [-Wunused-vari") (4 . "tether [tether-disca")))

(undo-boundary)
(goto-char (point-min))
(search-forward "*/ ")
(let* ((actions (append (eglot-code-actions (point) (point) nil nil) nil))
       (fix (seq-find (lambda (it) (string-match-p "\\.get()" (plist-get it :title))) actions)))
  (expect (and (seq-find (lambda (it) (string-match-p "^allow tether-" (plist-get it :title))) actions) t) t)
  (let ((inhibit-message t)) (eglot--apply-workspace-edit (plist-get fix :edit))))
(expect (line 4) "void lose() { /* ü😀 */ save(1).get(); }")
(eglot--signal-textDocument/didChange)
(await '((3 . "clang [-Wunused-vari")))

(undo-boundary)
(primitive-undo 1 (let ((changes buffer-undo-list)) (while (null (car changes)) (pop changes)) changes))
(expect (line 4) "void lose() { /* ü😀 */ save(1); }")
(eglot--signal-textDocument/didChange)
(await '((3 . "clang [-Wunused-vari") (4 . "tether [tether-disca")))

(let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover
                              (progn (goto-char (point-min))
                                     (search-forward "*/ ")
                                     (eglot--TextDocumentPositionParams)))))
  (expect (and (string-match-p "discarded" (format "%S" hover)) t) t))

(set-buffer-modified-p nil)
(eglot-shutdown-all)
(with-temp-file "passed")
;;; eglot.el ends here
