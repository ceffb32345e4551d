"""The demo district: Dongcheng in 2018 as workbooks, brought in through the real imports.

`article` holds the newspaper's figures, `people` and `district` invent who they are about,
`enrolments`, `claims` and `settlements` fill the workbooks, `loading` hands them in as the offices
would. At scale 1 the figures of the year are exactly the article's; docs/article-2018.md says which
exact number stands for each 约, 万 and 余.
"""
